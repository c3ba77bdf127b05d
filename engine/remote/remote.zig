//! What the process has one of: the tables of handles, and the keeper.
const HandleTable = @import("../memory/handles.zig").HandleTable;
const Isolate = @import("isolate.zig").Isolate;
const Process = @import("process.zig").Process;
const Sandbox = @import("sandbox.zig").Sandbox;
const Template = @import("template.zig").Template;

pub var sandboxes: HandleTable(Sandbox) = .{};
pub var isolates: HandleTable(Isolate) = .{};
pub var processes: HandleTable(Process) = .{};
pub var templates: HandleTable(Template) = .{};
