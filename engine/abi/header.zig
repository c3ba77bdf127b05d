//! The two C headers, translated. What Zig names after them takes its numbers from here.
pub const public = @cImport(@cInclude("network_runtime.h"));
pub const shim = @cImport(@cInclude("shim.h"));
