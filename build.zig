//! The build graph: V8 shim -> snapshot creator -> snapshot -> libnetwork_runtime.
//!
//!   zig build -Dv8=DIR [-Dbun=PATH] [-Doptimize=ReleaseFast]   the library, into zig-out/lib
//!   zig build test [-Dtsan]                                    the engine's own tests, without V8
//!   zig build -Dsanitize=undefined|address ...                 the library with checks, see docs/sanitizers.md
const std = @import("std");

/// glibc of Debian 12 and later; older ones lack _dl_find_object, which libgcc_eh wants.
const default_target: std.Target.Query = .{
    .cpu_arch = .x86_64,
    .os_tag = .linux,
    .abi = .gnu,
    .glibc_version = .{ .major = 2, .minor = 35, .patch = 0 },
};

/// V8's archive is built against libstdc++, so everything that shares types with it uses GCC 12's headers and archives.
const gcc_include = "/usr/include/c++/12";
const gcc_include_arch = "/usr/include/x86_64-linux-gnu/c++/12";
const gcc_archives = "/usr/lib/gcc/x86_64-linux-gnu/12";

const cxx_flags = [_][]const u8{
    "-std=c++20",
    "-nostdinc++",
    "-I" ++ gcc_include,
    "-I" ++ gcc_include_arch,
    "-fno-rtti",
    "-fno-exceptions",
    "-fvisibility=hidden",
    "-Wall",
    "-Wextra",
    "-Werror",
    "-Wno-unused-parameter",
};

/// What the archive wants and Debian 12 lacks: everything that links V8.
const compat_sources = [_][]const u8{"compat.cc"};

const creator_sources = [_][]const u8{"snapshot_creator.cc"};

const library_sources = [_][]const u8{
    "bare.cc",        "base64_ops.cc", "budget.cc",      "buffers.cc",         "clone.cc",           "console.cc",    "deliver.cc",
    "deserialize.cc", "errors.cc",     "fatal.cc",       "init.cc",            "isolate.cc",         "json.cc",       "ops.cc",
    "pages.cc",       "platform.cc",   "primitives.cc",  "rejections.cc",      "script.cc",          "serialize.cc",  "task_queue.cc",
    "text_ops.cc",    "thread.cc",     "turn.cc",        "zlib_codec.cc",      "compression_ops.cc", "legacy_ops.cc", "legacy_decoders.cc",
    "workers.cc",     "retention.cc",  "wasm_engine.cc", "prelude_natives.cc", "plain_reader.cc",
};

/// What needs libcrypto.
const crypto_sources = [_][]const u8{
    "crypto/agree.cc",  "crypto/argon2.cc",   "crypto/argon2_ops.cc", "crypto/cipher.cc", "crypto/components.cc", "crypto/crypto.cc", "crypto/der.cc", "crypto/encapsulate.cc",
    "crypto/digest.cc", "crypto/handles.cc",  "crypto/generate.cc",   "crypto/kdf.cc",    "crypto/keccak.cc",     "crypto/keys.cc",   "crypto/mac.cc", "crypto/openssl.cc",
    "crypto/pbkdf2.cc", "crypto/rsa_oaep.cc", "crypto/sign.cc",
};

/// What needs libbrotlidec and libbrotlienc.
const brotli_sources = [_][]const u8{"brotli_codec.cc"};

/// The guest's URL, by the ada parser.
const url_sources = [_][]const u8{
    "url_domain.cc", "url_ops.cc", "url_pattern_ops.cc", "url_pattern_proposals.cc", "url_text.cc", "urlencoded_ops.cc",
};

/// They replace parts of V8 and of libc, each saying which and why.
const override_sources = [_][]const u8{
    "compile_executor.cc", "malloc.cc", "page_pool.cc", "quiet.cc", "wasm_types.cc", "zones.cc",
};

/// `undefined`: UndefinedBehaviorSanitizer in C++, safety checks in Zig; everything else is as in the release.
/// `address`: AddressSanitizer in C++ as well, whose allocator takes the place of malloc.cc; it needs its runtime preloaded.
const Sanitize = enum { none, undefined, address };

const address_flags = [_][]const u8{ "-fsanitize=address", "-fno-omit-frame-pointer", "-DNR_SANITIZE_ADDRESS" };
const address_sources = [_][]const u8{
    "asan_blocks.cc", "compile_executor.cc", "page_pool.cc", "quiet.cc", "wasm_types.cc", "zones.cc",
};

/// Functions of V8 that the library replaces: they are made weak in a copy of their archive member, linked first. Those
/// marked `wrap:` get a second name there, by which the library's own call them.
const Replaced = struct { member: []const u8, symbols: []const []const u8 };
const replaced = [_]Replaced{
    .{
        .member = "./v8_base_without_compiler/deps/v8/src/heap/page-pool.o",
        .symbols = &.{
            "_ZN2v88internal8PagePool3AddEPNS0_7IsolateEPNS0_19MutablePageMetadataE",
            "_ZN2v88internal8PagePool6RemoveEPNS0_7IsolateE",
            "_ZN2v88internal8PagePool17ReleaseOnTearDownEPNS0_7IsolateE",
            "_ZN2v88internal8PagePool18ReleaseImmediatelyEPNS0_7IsolateE",
        },
    },
    .{
        .member = "./v8_base_without_compiler/deps/v8/src/init/isolate-group.o",
        .symbols = &.{"_ZN2v88internal12IsolateGroup32optimizing_compile_task_executorEv"},
    },
    .{
        .member = "./v8_base_without_compiler/deps/v8/src/wasm/canonical-types.o",
        .symbols = &.{
            "wrap:_ZN2v88internal4wasm17TypeCanonicalizer17AddRecursiveGroupEPKNS0_9SignatureINS1_9ValueTypeEEE",
            "wrap:_ZN2v88internal4wasm17TypeCanonicalizer17AddRecursiveGroupEPNS1_10WasmModuleEj",
            "wrap:_ZN2v88internal4wasm17TypeCanonicalizer26AddRecursiveSingletonGroupEPNS1_10WasmModuleE",
        },
    },
    .{
        .member = "./v8_base_without_compiler/deps/v8/src/zone/accounting-allocator.o",
        .symbols = &.{"_ZN2v88internal19AccountingAllocator15AllocateSegmentEmb"},
    },
    .{
        .member = "./v8_libbase/deps/v8/src/base/platform/platform-posix.o",
        .symbols = &.{
            "_ZN2v84base2OS5PrintEPKcz",
            "_ZN2v84base2OS6VPrintEPKcP13__va_list_tag",
            "_ZN2v84base2OS6FPrintEP8_IO_FILEPKcz",
            "_ZN2v84base2OS7VFPrintEP8_IO_FILEPKcP13__va_list_tag",
            "_ZN2v84base2OS10PrintErrorEPKcz",
            "_ZN2v84base2OS11VPrintErrorEPKcP13__va_list_tag",
        },
    },
};

pub fn build(b: *std.Build) void {
    const target = b.standardTargetOptions(.{ .default_target = default_target });
    const optimize = b.option(std.builtin.OptimizeMode, "optimize", "default: ReleaseFast") orelse .ReleaseFast;
    addTests(b, target);

    const v8_dir = b.option([]const u8, "v8", "V8: a directory with include/ and x86_64-linux/libv8/obj/libv8_monolith.a") orelse {
        b.getInstallStep().dependOn(&b.addFail("say where V8 is: -Dv8=DIR (npm run setup fetches it)").step);
        return;
    };
    const bun = b.option([]const u8, "bun", "the Bun executable that bundles the prelude") orelse "bun";
    const openssl = b.option([]const u8, "openssl", "OpenSSL 3: a directory with Debian's libssl-dev unpacked") orelse {
        b.getInstallStep().dependOn(&b.addFail("say where OpenSSL is: -Dopenssl=DIR (npm run setup fetches it)").step);
        return;
    };
    const brotli = b.option([]const u8, "brotli", "Brotli: a directory with Debian's libbrotli-dev unpacked") orelse {
        b.getInstallStep().dependOn(&b.addFail("say where Brotli is: -Dbrotli=DIR (npm run setup fetches it)").step);
        return;
    };
    const v8: V8 = .{
        .include = .{ .cwd_relative = b.pathJoin(&.{ v8_dir, "include" }) },
        .archive = .{ .cwd_relative = b.pathJoin(&.{ v8_dir, "x86_64-linux/libv8/obj/libv8_monolith.a" }) },
    };

    const ada = b.option([]const u8, "ada", "ada: a directory with include/ and src/") orelse {
        b.getInstallStep().dependOn(&b.addFail("say where ada is: -Dada=DIR (npm run setup fetches it)").step);
        return;
    };

    const prelude = bundlePrelude(b, bun);
    const snapshot = makeSnapshot(b, target, optimize, v8, prelude);
    const sanitize = b.option(Sanitize, "sanitize", "checks in our own code, for tests (default: none)") orelse .none;
    const library_optimize = if (sanitize == .none) optimize else .ReleaseSafe;
    const library = addLibrary(b, target, library_optimize, v8, .{ .openssl = openssl, .brotli = brotli, .ada = ada }, .{
        .prelude = prelude,
        .snapshot = snapshot,
    }, sanitize);
    library.root_module.addCSourceFile(.{ .file = makeEncodingTables(b, bun), .flags = &cxx_flags });
    b.installArtifact(library);
}

/// Directories of what else is linked in.
const Given = struct { openssl: []const u8, brotli: []const u8, ada: []const u8 };

/// What isolates start from.
const Image = struct { prelude: std.Build.LazyPath, snapshot: std.Build.LazyPath };

const V8 = struct { include: std.Build.LazyPath, archive: std.Build.LazyPath };

fn bundlePrelude(b: *std.Build, bun: []const u8) std.Build.LazyPath {
    const run = b.addSystemCommand(&.{ bun, "run" });
    run.addFileArg(b.path("prelude/build.ts"));
    addInputs(b, run, "prelude");
    return run.addOutputFileArg("prelude.js");
}

fn makeEncodingTables(b: *std.Build, bun: []const u8) std.Build.LazyPath {
    const run = b.addSystemCommand(&.{ bun, "run" });
    run.addFileArg(b.path("engine/encodings/build.ts"));
    return run.addOutputFileArg("encoding_tables.cc");
}

/// Every file below `directory` is an input of `run`.
fn addInputs(b: *std.Build, run: *std.Build.Step.Run, directory: []const u8) void {
    const io = b.graph.io;
    var dir = b.build_root.handle.openDir(io, directory, .{ .iterate = true }) catch return;
    defer dir.close(io);
    var walker = dir.walk(b.allocator) catch @panic("OOM");
    while (walker.next(io) catch null) |entry| {
        if (entry.kind == .file) run.addFileInput(b.path(b.pathJoin(&.{ directory, entry.path })));
    }
}

/// A library whose objects all came out of Zig's cache does not know the headers they were made from, and would not be
/// made again when one changes. This source changes with them.
fn addHeaders(b: *std.Build, module: *std.Build.Module) void {
    const io = b.graph.io;
    var dir = b.build_root.handle.openDir(io, "engine", .{ .iterate = true }) catch @panic("no engine/");
    defer dir.close(io);
    var walker = dir.walk(b.allocator) catch @panic("OOM");
    // A sum, as files come in no order.
    var sum: u64 = 0;
    while (walker.next(io) catch null) |entry| {
        if (entry.kind != .file or !std.mem.endsWith(u8, entry.path, ".h")) continue;
        const text = dir.readFileAlloc(io, entry.path, b.allocator, .unlimited) catch @panic("unreadable header");
        sum +%= std.hash.Wyhash.hash(std.hash.Wyhash.hash(0, entry.path), text);
    }
    const source = b.addWriteFiles().add("headers.c", b.fmt("/* {x} */\n", .{sum}));
    module.addCSourceFile(.{ .file = source, .language = .c });
}

fn makeSnapshot(
    b: *std.Build,
    target: std.Build.ResolvedTarget,
    optimize: std.builtin.OptimizeMode,
    v8: V8,
    prelude: std.Build.LazyPath,
) std.Build.LazyPath {
    // An object of its own, ahead of the archive: the linker would take the `main` of an ICU tool in there.
    const main = b.createModule(.{ .target = target, .optimize = optimize, .link_libc = true });
    addShim(b, main, v8, &compat_sources);
    addShim(b, main, v8, &creator_sources);
    addHeaders(b, main);
    const module = b.createModule(.{ .target = target, .optimize = optimize, .link_libc = true });
    module.addObject(b.addObject(.{ .name = "snapshot-creator", .root_module = main, .use_llvm = true }));
    linkV8(module, v8);
    const creator = b.addExecutable(.{
        .name = "snapshot-creator",
        .root_module = module,
        .use_llvm = true,
        .use_lld = true,
    });
    const run = b.addRunArtifact(creator);
    run.addFileArg(prelude);
    return run.addOutputFileArg("snapshot.bin");
}

fn addLibrary(
    b: *std.Build,
    target: std.Build.ResolvedTarget,
    optimize: std.builtin.OptimizeMode,
    v8: V8,
    given: Given,
    image: Image,
    sanitize: Sanitize,
) *std.Build.Step.Compile {
    const module = b.createModule(.{
        .root_source_file = b.path("engine/root.zig"),
        .target = target,
        .optimize = optimize,
        .link_libc = true,
        .sanitize_c = if (sanitize == .none) null else .full,
    });
    module.addAnonymousImport("snapshot", .{ .root_source_file = image.snapshot });
    module.addAnonymousImport("prelude", .{ .root_source_file = image.prelude });
    addHeaders(b, module);
    addShim(b, module, v8, &compat_sources);
    const flags: []const []const u8 = if (sanitize == .address) &(cxx_flags ++ address_flags) else &cxx_flags;
    addShimWith(b, module, v8, &library_sources, flags);
    addShimWith(b, module, v8, &crypto_sources, flags);
    addShimWith(b, module, v8, if (sanitize == .address) &address_sources else &override_sources, flags);
    addNoCompression(b, module, target, optimize);
    linkDebian(b, module, given.openssl, &.{"libcrypto.a"});
    addShimWith(b, module, v8, &brotli_sources, flags);
    linkDebian(b, module, given.brotli, &.{ "libbrotlidec.a", "libbrotlienc.a", "libbrotlicommon.a" });
    addShimWith(b, module, v8, &url_sources, flags);
    addAda(b, module, given.ada);
    for (replaced) |functions| module.addObjectFile(weaken(b, v8, functions));
    linkV8(module, v8);
    const library = b.addLibrary(.{
        .name = "network_runtime",
        .linkage = .dynamic,
        .root_module = module,
        .use_llvm = true,
        .use_lld = true,
    });
    library.setVersionScript(b.path("engine/exports.map"));
    // Its memcpy and the like would take the place of glibc's, which use what the processor has; libgcc has the rest.
    // Zig's safety checks probe the stack with a function of it.
    library.bundle_compiler_rt = sanitize != .none;
    library.link_gc_sections = true;
    // AddressSanitizer's runtime is found when the library is loaded.
    library.link_z_defs = sanitize != .address;
    return library;
}

fn addShim(b: *std.Build, module: *std.Build.Module, v8: V8, files: []const []const u8) void {
    addShimWith(b, module, v8, files, &cxx_flags);
}

fn addShimWith(
    b: *std.Build,
    module: *std.Build.Module,
    v8: V8,
    files: []const []const u8,
    flags: []const []const u8,
) void {
    module.addCSourceFiles(.{ .root = b.path("engine/v8"), .files = files, .flags = flags });
    module.addIncludePath(b.path("engine/include"));
    module.addIncludePath(b.path("engine/v8"));
    module.addSystemIncludePath(v8.include);
}

fn addAda(b: *std.Build, module: *std.Build.Module, ada: []const u8) void {
    for ([_][]const u8{ "include", "src" }) |directory| {
        module.addSystemIncludePath(.{ .cwd_relative = b.pathJoin(&.{ ada, directory }) });
    }
    module.addCSourceFiles(.{ .root = b.path("engine/v8"), .files = &.{"ada.cc"}, .flags = &(cxx_flags ++ .{"-w"}) });
}

fn linkV8(module: *std.Build.Module, v8: V8) void {
    module.addObjectFile(v8.archive);
    module.addObjectFile(.{ .cwd_relative = gcc_archives ++ "/libstdc++.a" });
    module.addObjectFile(.{ .cwd_relative = gcc_archives ++ "/libgcc_eh.a" });
    module.addObjectFile(.{ .cwd_relative = gcc_archives ++ "/libgcc.a" });
}

/// An object of its own, ahead of libcrypto's archive: the linker takes no member for what is already there.
fn addNoCompression(
    b: *std.Build,
    module: *std.Build.Module,
    target: std.Build.ResolvedTarget,
    optimize: std.builtin.OptimizeMode,
) void {
    const ahead = b.createModule(.{ .target = target, .optimize = optimize, .link_libc = true });
    ahead.addCSourceFiles(.{
        .root = b.path("engine/v8/crypto"),
        .files = &.{"no_compression.cc"},
        .flags = &cxx_flags,
    });
    module.addObject(b.addObject(.{ .name = "no-compression", .root_module = ahead, .use_llvm = true }));
}

/// Headers and archives of a package, where Debian puts them.
fn linkDebian(b: *std.Build, module: *std.Build.Module, package: []const u8, archives: []const []const u8) void {
    const arch = "x86_64-linux-gnu";
    module.addSystemIncludePath(.{ .cwd_relative = b.pathJoin(&.{ package, "usr/include" }) });
    module.addSystemIncludePath(.{ .cwd_relative = b.pathJoin(&.{ package, "usr/include", arch }) });
    for (archives) |archive| {
        module.addObjectFile(.{ .cwd_relative = b.pathJoin(&.{ package, "usr/lib", arch, archive }) });
    }
}

fn weaken(b: *std.Build, v8: V8, functions: Replaced) std.Build.LazyPath {
    const run = b.addSystemCommand(&.{"sh"});
    run.addFileArg(b.path("engine/v8/weaken.sh"));
    run.addFileArg(v8.archive);
    run.addArg(functions.member);
    const output = run.addOutputFileArg(std.fs.path.basename(functions.member));
    run.addArgs(functions.symbols);
    return output;
}

fn addTests(b: *std.Build, target: std.Build.ResolvedTarget) void {
    const sanitize_thread = b.option(bool, "tsan", "run the engine's tests under ThreadSanitizer") orelse false;
    const tests = b.addTest(.{
        .root_module = b.createModule(.{
            .root_source_file = b.path("engine/tests.zig"),
            .target = target,
            .optimize = .Debug,
            .link_libc = true,
            .sanitize_thread = sanitize_thread,
        }),
        .use_llvm = true,
    });
    const run = b.addRunArtifact(tests);
    b.step("test", "Run the engine's own tests").dependOn(&run.step);
}
