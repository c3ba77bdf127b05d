//! The build graph: C++ -> snapshot creator -> snapshot -> libnetwork_runtime.
//!
//!   zig build -Dv8=DIR ... [-Dbun=PATH] [-Doptimize=ReleaseFast]   the library, into zig-out/lib
//!   zig build test [-Dtsan]                                        the engine's own tests, without V8
//!   zig build -Dsanitize=undefined|address ...                     the library with checks, see docs/sanitizers.md
const std = @import("std");
const library = @import("build/library.zig");
const targets = @import("build/targets.zig");
const tests = @import("build/tests.zig");
const Given = @import("build/given.zig").Given;
const Image = @import("build/snapshot.zig").Image;
const Sanitize = @import("build/sources.zig").Sanitize;
const Sources = @import("build/sources.zig").Sources;

pub fn build(b: *std.Build) void {
    const target = targets.chosen(b);
    const resolved = b.resolveTargetQuery(target.query);
    const optimize = b.option(std.builtin.OptimizeMode, "optimize", "default: ReleaseFast") orelse .ReleaseFast;
    const sanitize = b.option(Sanitize, "sanitize", "checks in our own code, for tests (default: none)") orelse .none;
    const symbols = b.option(bool, "symbols", "keep symbols and debug information, for a profiler (default: no)") orelse false;
    const extras = b.option([]const u8, "extras", "a C++ file in place of engine/v8/isolate/extras.cc, for tests (default: none)");
    tests.add(b, resolved);
    const given = Given.read(b, target) orelse return;
    const image: Image = .make(.{ .b = b, .target = target, .given = given }, resolved, optimize);
    const own: Sources = .{ .b = b, .target = target, .given = given, .sanitize = sanitize, .symbols = symbols, .extras = extras };
    b.installArtifact(library.add(own, resolved, optimize, image));
}
