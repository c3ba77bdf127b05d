//! What is linked in and is not ours: V8, ICU's tables, OpenSSL, Brotli, ada, zlib. Options say where each of them is.
const std = @import("std");
const Target = @import("targets.zig").Target;

pub const Given = struct {
    /// What build/v8/TARGET.tar.xz unpacks to: lib/libv8.a, lib/nr_temporal.o, icudtl.dat, include/.
    v8: []const u8,
    openssl: []const u8,
    brotli: []const u8,
    zlib: []const u8,
    ada: []const u8,
    /// The Bun executable that bundles the prelude.
    bun: []const u8,
    record: Record,

    /// Null: something is missing, and the build says what.
    pub fn read(b: *std.Build, target: *const Target) ?Given {
        return .{
            .v8 = directory(b, "v8", "V8: what build/v8/TARGET.tar.xz unpacks to") orelse return null,
            .openssl = directory(b, "openssl", "OpenSSL 3: Debian's libssl-dev unpacked") orelse return null,
            .brotli = directory(b, "brotli", "Brotli: Debian's libbrotli-dev unpacked") orelse return null,
            .zlib = directory(b, "zlib", "zlib: Debian's zlib1g-dev unpacked") orelse return null,
            .ada = directory(b, "ada", "ada: a directory with include/ and src/") orelse return null,
            .bun = b.option([]const u8, "bun", "the Bun executable that bundles the prelude") orelse "bun",
            .record = .read(b, target),
        };
    }

    fn directory(b: *std.Build, name: []const u8, what: []const u8) ?[]const u8 {
        if (b.option([]const u8, name, what)) |path| return path;
        b.getInstallStep().dependOn(&b.addFail(b.fmt("-D{s}=PATH is missing: {s} (npm run setup fetches it)", .{ name, what })).step);
        return null;
    }

    pub fn v8Include(given: Given, b: *std.Build) std.Build.LazyPath {
        return .{ .cwd_relative = b.pathJoin(&.{ given.v8, "include/v8/include" }) };
    }

    /// Headers of everything, for our own sources.
    pub fn addIncludes(given: Given, b: *std.Build, module: *std.Build.Module, target: *const Target) void {
        for ([_][]const u8{ "engine/include", "engine/v8", "engine", "build/v8/hooks" }) |path| module.addIncludePath(b.path(path));
        module.addSystemIncludePath(given.v8Include(b));
        for ([_][]const u8{ given.openssl, given.brotli, given.zlib }) |package| {
            module.addSystemIncludePath(.{ .cwd_relative = b.pathJoin(&.{ package, "usr/include" }) });
            module.addSystemIncludePath(.{ .cwd_relative = b.pathJoin(&.{ package, "usr/include", target.multiarch }) });
        }
        for ([_][]const u8{ "include", "src" }) |path| {
            module.addSystemIncludePath(.{ .cwd_relative = b.pathJoin(&.{ given.ada, path }) });
        }
    }

    pub fn linkV8(given: Given, b: *std.Build, module: *std.Build.Module) void {
        for ([_][]const u8{ "lib/nr_temporal.o", "lib/libv8.a" }) |file| {
            module.addObjectFile(.{ .cwd_relative = b.pathJoin(&.{ given.v8, file }) });
        }
    }

    pub fn linkLibraries(given: Given, b: *std.Build, module: *std.Build.Module, target: *const Target) void {
        linkPackage(b, module, given.openssl, target, &.{"libcrypto.a"});
        linkPackage(b, module, given.brotli, target, &.{ "libbrotlidec.a", "libbrotlienc.a", "libbrotlicommon.a" });
        linkPackage(b, module, given.zlib, target, &.{"libz.a"});
    }

    fn linkPackage(
        b: *std.Build,
        module: *std.Build.Module,
        package: []const u8,
        target: *const Target,
        archives: []const []const u8,
    ) void {
        for (archives) |archive| {
            module.addObjectFile(.{ .cwd_relative = b.pathJoin(&.{ package, "usr/lib", target.multiarch, archive }) });
        }
    }

    /// ICU's tables as they are, in read-only pages.
    pub fn addIcuData(given: Given, b: *std.Build, module: *std.Build.Module, target: *const Target) void {
        const text = b.fmt(
            \\    {s}
            \\    .balign 64
            \\    .globl nr_icu_data
            \\    .hidden nr_icu_data
            \\    .type nr_icu_data,@object
            \\nr_icu_data:
            \\    .incbin "{s}"
            \\    .size nr_icu_data, .-nr_icu_data
            \\    .section .note.GNU-stack,"",@progbits
            \\
        , .{ target.read_only_section, b.pathJoin(&.{ given.v8, "icudtl.dat" }) });
        module.addAssemblyFile(b.addWriteFiles().add("icu_data.S", text));
    }
};

/// build/v8/TARGET.json: which V8 this is, and how it was built.
pub const Record = struct {
    v8: []const u8,
    icu: u32,
    wireFormat: u32,
    /// Below `v8`, for its internal headers.
    includes: []const []const u8,
    /// For who includes its public headers, and its internal ones.
    defines: struct { public: []const []const u8, internal: []const []const u8 },

    fn read(b: *std.Build, target: *const Target) Record {
        const path = b.fmt("build/v8/{s}.json", .{target.name});
        const text = b.build_root.handle.readFileAlloc(b.graph.io, path, b.allocator, .unlimited) catch |err|
            std.process.fatal("{s}: {t}", .{ path, err });
        return std.json.parseFromSliceLeaky(Record, b.allocator, text, .{ .ignore_unknown_fields = true }) catch |err|
            std.process.fatal("{s}: {t}", .{ path, err });
    }
};
