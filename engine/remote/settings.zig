//! What a sandbox of child processes is to be, read from the ABI's option array.
const std = @import("std");
const constants = @import("../abi/constants.zig");
const layout = @import("../ring/layout.zig");

pub const Settings = struct {
    processes_max: u32,
    spares: u32,
    isolates_per_process: u32,
    required: layout.Layers,
    has_jit: bool,

    pub fn read(options: []const f64) error{Argument}!Settings {
        const required = try integer(options, .required, 0, 63, 0);
        const jit = try integer(options, .no_jit, 0, 1, 0);
        var layers: layout.Layers = @bitCast(@as(u32, @intCast(required)));
        // Without these there is no wall.
        layers.seccomp = true;
        layers.no_new_privileges = true;
        if (jit != 0) layers.no_jit = true;
        return .{
            .processes_max = @intCast(try integer(options, .processes_max, 1, 4096, 64)),
            .spares = @intCast(try integer(options, .spare_processes, 0, 64, 0)),
            .isolates_per_process = @intCast(try integer(options, .isolates_per_process, 1, layout.slots_max, 16)),
            .required = layers,
            .has_jit = jit == 0,
        };
    }

    fn integer(options: []const f64, option: constants.ProcessOption, min: u64, max: u64, default: u64) error{Argument}!u64 {
        const index = @intFromEnum(option);
        const value = if (index < options.len) options[index] else 0;
        if (value == 0) return default;
        if (!(value >= @as(f64, @floatFromInt(min)) and value <= @as(f64, @floatFromInt(max)))) return error.Argument;
        return if (value == @trunc(value)) @intFromFloat(value) else error.Argument;
    }
};

test "0 is the default, nonsense is refused, and some layers are never left out" {
    const settings = try Settings.read(&.{});
    try std.testing.expectEqual(64, settings.processes_max);
    try std.testing.expect(settings.required.seccomp and settings.required.no_new_privileges and settings.has_jit);
    try std.testing.expectError(error.Argument, Settings.read(&.{-1}));
    try std.testing.expectError(error.Argument, Settings.read(&.{1.5}));
    try std.testing.expectError(error.Argument, Settings.read(&.{std.math.nan(f64)}));
}
