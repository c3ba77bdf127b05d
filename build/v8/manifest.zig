//! graph.json, as scripts/v8/graph.py writes it.
const std = @import("std");

pub const Manifest = struct {
    tools: []const []const u8,
    generators: []const Generator,
    configs: std.json.ArrayHashMap(Config),
    precompiled: []const Headers,
    units: []const Unit,

    pub fn read(b: *std.Build) Manifest {
        const path = "graph.json";
        const text = b.build_root.handle.readFileAlloc(b.graph.io, path, b.allocator, .unlimited) catch |err|
            std.process.fatal("build/v8/{s}: {t}; make it by: npm run v8 -- --graph", .{ path, err });
        return std.json.parseFromSliceLeaky(Manifest, b.allocator, text, .{ .ignore_unknown_fields = true }) catch |err|
            std.process.fatal("build/v8/{s} is not a manifest: {t}", .{ path, err });
    }
};

/// A tool of the build or a python script, that writes sources. Outputs are named by their place below `gen`.
pub const Generator = struct {
    name: []const u8,
    tool: ?[]const u8 = null,
    script: ?[]const u8 = null,
    args: []const []const u8,
    inputs: []const []const u8,
    outputs: []const []const u8,
    /// Other units include what it writes.
    headers: bool,
};

pub const Config = struct {
    language: enum { c, cc, @"asm" },
    includes: []const []const u8,
    defines: []const []const u8,
    flags: []const []const u8,
};

/// Headers that many units would otherwise read one by one.
pub const Headers = struct {
    name: []const u8,
    config: []const u8,
    optimize: []const u8,
    generated: bool = false,
    weight: u64,
    headers: []const []const u8,
};

/// One object: of one source, or of several that are compiled as one.
pub const Unit = struct {
    name: []const u8,
    config: []const u8,
    optimize: []const u8,
    machine: enum { host, target } = .target,
    /// It includes what generators write.
    generated: bool = false,
    precompiled: ?[]const u8 = null,
    /// Tools, and `archive`.
    @"for": []const []const u8,
    /// Milliseconds that it took once: the parts of the time that is left.
    weight: u64,
    sources: []const []const u8,

    pub fn isFor(unit: Unit, product: []const u8) bool {
        for (unit.@"for") |name| if (std.mem.eql(u8, name, product)) return true;
        return false;
    }
};
