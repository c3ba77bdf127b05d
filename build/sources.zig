//! The engine's C++ files, as they lie in their folders.
const std = @import("std");
const Given = @import("given.zig").Given;
const Target = @import("targets.zig").Target;

const Flags = []const []const u8;

/// `undefined`: UndefinedBehaviorSanitizer in C++, safety checks in Zig; everything else is as in the release.
/// `address`: AddressSanitizer in C++ as well, whose allocator takes the place of libc's; it needs its runtime preloaded.
pub const Sanitize = enum { none, undefined, address };

const warnings = [_][]const u8{ "-Wall", "-Wextra", "-Werror", "-Wno-unused-parameter", "-Wno-deprecated-declarations" };

/// What is not compiled into the library as its folder says.
const elsewhere = [_]struct { file: []const u8, why: []const u8 }{
    .{ .file = snapshot_creator, .why = "a program of its own" },
    .{ .file = extras, .why = "another may be in its place" },
    .{ .file = no_compression, .why = "an object of its own, which the linker sees before libcrypto's archive" },
};
pub const snapshot_creator = "v8/snapshot/snapshot_creator.cc";
pub const icu_data = "v8/vendor/icu_data.cc";
pub const stacks = "v8/override/stacks.cc";
pub const compile_ahead = "v8/override/compile_ahead.cc";
pub const extras = "v8/isolate/extras.cc";
pub const no_compression = "v8/vendor/no_compression.cc";

const override = "v8/override/";

const part_count = 3;

pub const Sources = struct {
    b: *std.Build,
    target: *const Target,
    given: Given,
    sanitize: Sanitize = .none,
    symbols: bool = false,
    /// A file in place of `extras`, by its path in the project.
    extras: ?[]const u8 = null,

    /// Every room of engine/v8/ but override/, and engine/system/: in parts, as Zig compiles one file after the other of a step
    /// when there are two processors.
    pub fn inParts(self: Sources) [part_count]Flags {
        var lists: [part_count]std.ArrayList([]const u8) = @splat(.empty);
        var next: usize = 0;
        for (self.list()) |file| {
            if (self.isElsewhere(file) or std.mem.startsWith(u8, file, override)) continue;
            lists[next].append(self.b.allocator, file) catch @panic("OOM");
            next = (next + 1) % part_count;
        }
        var files: [part_count]Flags = undefined;
        for (&files, &lists) |*part, *part_list| part.* = part_list.items;
        return files;
    }

    /// The files of override/, as one: V8's internal headers take far longer to read than what is in them.
    pub fn addOverride(self: Sources, module: *std.Build.Module) void {
        var text: std.ArrayList(u8) = .empty;
        for (self.list()) |file| {
            if (!std.mem.startsWith(u8, file, override)) continue;
            text.print(self.b.allocator, "#include \"{s}\"\n", .{file["v8/".len..]}) catch @panic("OOM");
        }
        self.given.addIncludes(self.b, module, self.target);
        const all = self.b.addWriteFiles().add("override.cc", text.items);
        module.addCSourceFile(.{ .file = all, .flags = self.internalFlags() });
    }

    pub fn add(self: Sources, module: *std.Build.Module, files: Flags) void {
        self.given.addIncludes(self.b, module, self.target);
        for (files) |file| {
            const path = self.b.path(self.b.pathJoin(&.{ "engine", file }));
            module.addCSourceFile(.{ .file = path, .flags = self.flagsOf(file) });
        }
    }

    fn flagsOf(self: Sources, file: []const u8) Flags {
        // They include V8's internal headers.
        if (std.mem.startsWith(u8, file, override)) return self.internalFlags();
        // They include what others wrote.
        if (std.mem.startsWith(u8, file, "v8/vendor/")) return self.join(&.{ self.ownFlags(), &.{"-w"} });
        return self.ownFlags();
    }

    pub fn ownFlags(self: Sources) Flags {
        const icu = self.b.fmt("-DNR_ICU_VERSION={d}", .{self.given.record.icu});
        return self.join(&.{ &.{ "-std=c++20", icu }, &warnings, self.commonFlags(), self.addressFlags() });
    }

    fn internalFlags(self: Sources) Flags {
        return self.join(&.{
            &.{ "-std=c++23", "-w", "-fno-strict-aliasing" },
            self.commonFlags(),
            self.prefixed("-D", "", self.given.record.defines.internal),
            self.prefixed("-isystem", self.given.v8, self.given.record.includes),
        });
    }

    fn commonFlags(self: Sources) Flags {
        return self.join(&.{
            &.{ "-fno-rtti", "-fno-exceptions", "-fvisibility=hidden" },
            self.prefixed("-D", "", self.given.record.defines.public),
        });
    }

    /// Not where V8's internal headers are read: its classes have other members under AddressSanitizer.
    fn addressFlags(self: Sources) Flags {
        if (self.sanitize != .address) return &.{};
        // V8's headers ask for the runtime's, which come with GCC as the runtime does.
        const runtime = "/usr/lib/gcc/x86_64-linux-gnu/12/include";
        return &.{ "-fsanitize=address", "-fno-omit-frame-pointer", "-DNR_SANITIZE_ADDRESS", "-idirafter", runtime };
    }

    fn prefixed(self: Sources, prefix: []const u8, folder: []const u8, items: Flags) Flags {
        const flags = self.b.allocator.alloc([]const u8, items.len) catch @panic("OOM");
        for (flags, items) |*flag, item| flag.* = self.b.fmt("{s}{s}", .{ prefix, self.b.pathJoin(&.{ folder, item }) });
        return flags;
    }

    fn join(self: Sources, parts: []const Flags) Flags {
        return std.mem.concat(self.b.allocator, []const u8, parts) catch @panic("OOM");
    }

    /// Of files that end in `_` and the name of a libc, or of a sanitizer, the build takes one.
    fn isElsewhere(self: Sources, file: []const u8) bool {
        for (elsewhere) |entry| if (std.mem.eql(u8, entry.file, file)) return true;
        if (!std.mem.startsWith(u8, file, "system/")) return false;
        const stem = std.fs.path.stem(file);
        const underscore = std.mem.indexOfScalar(u8, stem, '_') orelse return false;
        const replaced = self.sanitize == .address and std.mem.eql(u8, stem[0..underscore], "malloc");
        return !std.mem.eql(u8, stem[underscore + 1 ..], if (replaced) "asan" else self.target.libc);
    }

    /// In an order that is always the same.
    fn list(self: Sources) []const []const u8 {
        const b = self.b;
        var files: std.ArrayList([]const u8) = .empty;
        for ([_][]const u8{ "system", "v8" }) |folder| {
            var walked = walk(b, b.pathJoin(&.{ "engine", folder }));
            while (walked.next()) |path| {
                if (std.mem.endsWith(u8, path, ".cc")) files.append(b.allocator, b.pathJoin(&.{ folder, path })) catch @panic("OOM");
            }
        }
        std.mem.sort([]const u8, files.items, {}, struct {
            fn before(_: void, left: []const u8, right: []const u8) bool {
                return std.mem.lessThan(u8, left, right);
            }
        }.before);
        return files.items;
    }
};

/// A library whose objects all came out of Zig's cache does not know the headers they were made from, nor those that Zig
/// translated, and would not be made again when one changes. This source changes with them.
pub fn addHeaders(b: *std.Build, module: *std.Build.Module) void {
    // A sum, as files come in no order.
    var sum: u64 = 0;
    var walked = walk(b, "engine");
    while (walked.next()) |path| {
        if (!std.mem.endsWith(u8, path, ".h")) continue;
        const text = walked.directory.readFileAlloc(b.graph.io, path, b.allocator, .unlimited) catch @panic("unreadable header");
        sum +%= std.hash.Wyhash.hash(std.hash.Wyhash.hash(0, path), text);
    }
    const source = b.addWriteFiles().add("headers.c", b.fmt("/* {x} */\n", .{sum}));
    module.addCSourceFile(.{ .file = source, .language = .c });
}

/// Every file below `folder` is an input of `run`.
pub fn addInputs(b: *std.Build, run: *std.Build.Step.Run, folder: []const u8) void {
    var walked = walk(b, folder);
    while (walked.next()) |path| run.addFileInput(b.path(b.pathJoin(&.{ folder, path })));
}

const Walked = struct {
    b: *std.Build,
    directory: std.Io.Dir,
    walker: std.Io.Dir.Walker,

    fn next(self: *Walked) ?[]const u8 {
        while (self.walker.next(self.b.graph.io) catch |err| std.process.fatal("sources: {t}", .{err})) |entry| {
            if (entry.kind == .file) return self.b.dupe(entry.path);
        }
        return null;
    }
};

/// The files below a folder of the project.
fn walk(b: *std.Build, folder: []const u8) Walked {
    const directory = b.build_root.handle.openDir(b.graph.io, folder, .{ .iterate = true }) catch |err|
        std.process.fatal("{s}: {t}", .{ folder, err });
    return .{ .b = b, .directory = directory, .walker = directory.walk(b.allocator) catch @panic("OOM") };
}

/// For what is linked with the C++ library: Zig compiles that once for all modules of these options.
pub fn linkedWithCpp(
    b: *std.Build,
    target: std.Build.ResolvedTarget,
    optimize: std.builtin.OptimizeMode,
) *std.Build.Module {
    return b.createModule(.{
        .target = target,
        .optimize = optimize,
        .link_libc = true,
        .link_libcpp = true,
        .pic = true,
        .strip = true,
    });
}
