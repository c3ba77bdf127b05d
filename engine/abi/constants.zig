//! The C ABI's constants, by names of ours with the header's numbers.
const std = @import("std");
const header = @import("header.zig").public;

pub const abi_version: u32 = header.NR_ABI_VERSION;

pub const Status = enum(i32) {
    ok = header.NR_OK,
    stale = header.NR_E_STALE,
    argument = header.NR_E_ARGUMENT,
    nomem = header.NR_E_NOMEM,
    full = header.NR_E_FULL,
    too_large = header.NR_E_TOO_LARGE,
    out_of_space = header.NR_E_OUT_OF_SPACE,
    limit = header.NR_E_LIMIT,
    init = header.NR_E_INIT,
    shutdown = header.NR_E_SHUTDOWN,
    no_thread = header.NR_E_NO_THREAD,
    no_descriptor = header.NR_E_NO_DESCRIPTOR,
    isolation = header.NR_E_ISOLATION,
    no_process = header.NR_E_NO_PROCESS,
    no_program = header.NR_E_NO_PROGRAM,
    crash_loop = header.NR_E_CRASH_LOOP,
};

pub const Post = enum(u32) {
    execute = header.NR_POST_EXECUTE,
    evaluate = header.NR_POST_EVALUATE,
    message = header.NR_POST_MESSAGE,
    request = header.NR_POST_REQUEST,
    response = header.NR_POST_RESPONSE,
    response_error = header.NR_POST_RESPONSE_ERROR,
    console = header.NR_POST_CONSOLE,
    locale = header.NR_POST_LOCALE,
    inspect = header.NR_POST_INSPECT,
};

pub const Inspect = enum(u8) {
    command = header.NR_INSPECT_COMMAND,
    close = header.NR_INSPECT_CLOSE,
    taken = header.NR_INSPECT_TAKEN,
    wait = header.NR_INSPECT_WAIT,
    profile = header.NR_INSPECT_PROFILE,
    profile_end = header.NR_INSPECT_PROFILE_END,
    snapshot = header.NR_INSPECT_SNAPSHOT,
};
pub const inspect_kind: u8 = header.NR_INSPECT_KIND;
pub const inspect_interrupts: u8 = header.NR_INSPECT_INTERRUPTS;
pub const inspect_is_engines: u8 = header.NR_INSPECT_IS_ENGINES;

pub const Encoding = enum(u32) {
    wire = header.NR_ENCODING_WIRE,
    json_latin1 = header.NR_ENCODING_JSON_LATIN1,
    json_utf16 = header.NR_ENCODING_JSON_UTF16,
    json_utf8 = header.NR_ENCODING_JSON_UTF8,
    source_latin1 = header.NR_ENCODING_SOURCE_LATIN1,
    source_utf16 = header.NR_ENCODING_SOURCE_UTF16,
    source_utf8 = header.NR_ENCODING_SOURCE_UTF8,
};

pub const Event = enum(u16) {
    created = header.NR_EVENT_CREATED,
    message = header.NR_EVENT_MESSAGE,
    request = header.NR_EVENT_REQUEST,
    reply = header.NR_EVENT_REPLY,
    reply_error = header.NR_EVENT_REPLY_ERROR,
    @"error" = header.NR_EVENT_ERROR,
    rejection = header.NR_EVENT_REJECTION,
    console = header.NR_EVENT_CONSOLE,
    terminated = header.NR_EVENT_TERMINATED,
    destroyed = header.NR_EVENT_DESTROYED,
    memory_pressure = header.NR_EVENT_MEMORY_PRESSURE,
    writable = header.NR_EVENT_WRITABLE,
    request_aborted = header.NR_EVENT_REQUEST_ABORTED,
    degraded = header.NR_EVENT_DEGRADED,
    inspect = header.NR_EVENT_INSPECT,
    _,
};

pub const SandboxOption = enum(u32) {
    threads = header.NR_SANDBOX_THREADS,
    outbound_bytes_max = header.NR_SANDBOX_OUTBOUND_BYTES_MAX,
    isolates_max = header.NR_SANDBOX_ISOLATES_MAX,
    spin_us = header.NR_SANDBOX_SPIN_US,
    spare_threads = header.NR_SANDBOX_SPARE_THREADS,
};

pub const IsolateOption = enum(u32) {
    cpu_ms = header.NR_ISOLATE_CPU_MS,
    cpu_total_ms = header.NR_ISOLATE_CPU_TOTAL_MS,
    wall_ms = header.NR_ISOLATE_WALL_MS,
    memory_mb = header.NR_ISOLATE_MEMORY_MB,
    mailbox_bytes_max = header.NR_ISOLATE_MAILBOX_BYTES_MAX,
    outbound_bytes_max = header.NR_ISOLATE_OUTBOUND_BYTES_MAX,
    message_bytes_max = header.NR_ISOLATE_MESSAGE_BYTES_MAX,
    requests_max = header.NR_ISOLATE_REQUESTS_MAX,
    timers_max = header.NR_ISOLATE_TIMERS_MAX,
    stack_kb = header.NR_ISOLATE_STACK_KB,
    flags = header.NR_ISOLATE_FLAGS,
    cpu_share = header.NR_ISOLATE_CPU_SHARE,
    random_seed = header.NR_ISOLATE_RANDOM_SEED,
    clock_start_ms = header.NR_ISOLATE_CLOCK_START_MS,
    template = header.NR_ISOLATE_TEMPLATE,
};

pub const IsolateFlag = enum(u32) {
    console = header.NR_ISOLATE_FLAG_CONSOLE,
    clock_frozen = header.NR_ISOLATE_FLAG_CLOCK_FROZEN,
    no_wasm = header.NR_ISOLATE_FLAG_NO_WASM,
    no_codegen = header.NR_ISOLATE_FLAG_NO_CODEGEN,
    contain_fatal = header.NR_ISOLATE_FLAG_CONTAIN_FATAL,
    random_seeded = header.NR_ISOLATE_FLAG_RANDOM_SEEDED,
    random_secrets = header.NR_ISOLATE_FLAG_RANDOM_SECRETS,
    clock_hosted = header.NR_ISOLATE_FLAG_CLOCK_HOSTED,
    clock_jumps = header.NR_ISOLATE_FLAG_CLOCK_JUMPS,
};

pub const IsolateStat = enum(u32) {
    cpu_ms = header.NR_STAT_CPU_MS,
    turns = header.NR_STAT_TURNS,
    heap_used_bytes = header.NR_STAT_HEAP_USED_BYTES,
    heap_total_bytes = header.NR_STAT_HEAP_TOTAL_BYTES,
    external_bytes = header.NR_STAT_EXTERNAL_BYTES,
    malloc_bytes = header.NR_STAT_MALLOC_BYTES,
    mailbox_bytes = header.NR_STAT_MAILBOX_BYTES,
    outbound_bytes = header.NR_STAT_OUTBOUND_BYTES,
    messages_in = header.NR_STAT_MESSAGES_IN,
    messages_out = header.NR_STAT_MESSAGES_OUT,
    dropped_in = header.NR_STAT_DROPPED_IN,
    preemptions = header.NR_STAT_PREEMPTIONS,
    pauses = header.NR_STAT_PAUSES,
    background_cpu_ms = header.NR_STAT_BACKGROUND_CPU_MS,
    memory_peak_bytes = header.NR_STAT_MEMORY_PEAK_BYTES,
};

pub const SandboxStat = enum(u32) {
    isolates = header.NR_SANDBOX_STAT_ISOLATES,
    threads = header.NR_SANDBOX_STAT_THREADS,
    running = header.NR_SANDBOX_STAT_RUNNING,
    queued = header.NR_SANDBOX_STAT_QUEUED,
    outbound_bytes = header.NR_SANDBOX_STAT_OUTBOUND_BYTES,
    cpu_ms = header.NR_SANDBOX_STAT_CPU_MS,
    turns = header.NR_SANDBOX_STAT_TURNS,
    contained = header.NR_SANDBOX_STAT_CONTAINED,
    abandoned = header.NR_SANDBOX_STAT_ABANDONED,
    leaked_bytes = header.NR_SANDBOX_STAT_LEAKED_BYTES,
    doorbells = header.NR_SANDBOX_STAT_DOORBELLS,
};

pub const ProcessOption = enum(u32) {
    processes_max = header.NR_PROCESS_PROCESSES_MAX,
    spare_processes = header.NR_PROCESS_SPARE_PROCESSES,
    isolates_per_process = header.NR_PROCESS_ISOLATES_PER_PROCESS,
    required = header.NR_PROCESS_REQUIRED,
    no_jit = header.NR_PROCESS_NO_JIT,
};

pub const Layer = enum(u32) {
    seccomp = header.NR_LAYER_SECCOMP,
    no_new_privileges = header.NR_LAYER_NO_NEW_PRIVILEGES,
    landlock = header.NR_LAYER_LANDLOCK,
    namespaces = header.NR_LAYER_NAMESPACES,
    unprivileged = header.NR_LAYER_UNPRIVILEGED,
    no_jit = header.NR_LAYER_NO_JIT,
};

/// Of an isolate's process.
pub const ProcessOf = enum(u32) {
    pid = header.NR_PROCESS_OF_PID,
    isolates = header.NR_PROCESS_OF_ISOLATES,
};

/// Of a sandbox's processes.
pub const ProcessStat = enum(u32) {
    living = header.NR_PROCESS_STAT_LIVING,
    spare = header.NR_PROCESS_STAT_SPARE,
    crashed = header.NR_PROCESS_STAT_CRASHED,
    started = header.NR_PROCESS_STAT_STARTED,
};

/// {"NR_E_STALE":-1,…}: every constant under its name in the header.
pub const manifest: [:0]const u8 = blk: {
    @setEvalBranchQuota(200_000);
    var text: [:0]const u8 = entry("{", "NR_ABI_VERSION", abi_version);
    for (.{
        .{ Status, "NR_", "NR_E_" },              .{ Post, "NR_POST_", "" },
        .{ Encoding, "NR_ENCODING_", "" },        .{ Event, "NR_EVENT_", "" },
        .{ SandboxOption, "NR_SANDBOX_", "" },    .{ IsolateOption, "NR_ISOLATE_", "" },
        .{ IsolateFlag, "NR_ISOLATE_FLAG_", "" }, .{ IsolateStat, "NR_STAT_", "" },
        .{ SandboxStat, "NR_SANDBOX_STAT_", "" }, .{ ProcessOption, "NR_PROCESS_", "" },
        .{ Layer, "NR_LAYER_", "" },              .{ ProcessOf, "NR_PROCESS_OF_", "" },
        .{ ProcessStat, "NR_PROCESS_STAT_", "" }, .{ Inspect, "NR_INSPECT_", "" },
    }) |group| {
        for (@typeInfo(group[0]).@"enum".fields) |field| {
            const prefix = if (field.value < 0) group[2] else group[1];
            text = text ++ entry(",", prefix ++ upper(field.name), field.value);
        }
    }
    for (.{
        "SOURCE_HAS_ARGUMENTS", "SOURCE_HAS_OFFSETS", "SOURCE_IS_BODY",
        "INSPECT_KIND",         "INSPECT_INTERRUPTS", "INSPECT_IS_ENGINES",
    }) |name| {
        text = text ++ entry(",", "NR_" ++ name, @field(header, "NR_" ++ name));
    }
    break :blk text ++ "}";
};

fn entry(comptime lead: []const u8, comptime name: []const u8, comptime value: i64) [:0]const u8 {
    return std.fmt.comptimePrint("{s}\"{s}\":{d}", .{ lead, name, value });
}

fn upper(comptime name: []const u8) []const u8 {
    var text: [name.len]u8 = undefined;
    _ = std.ascii.upperString(&text, name);
    const final = text;
    return &final;
}

// An array of options or counters has a place for each.
comptime {
    for (.{
        .{ SandboxOption, header.NR_SANDBOX_OPTION_COUNT },
        .{ IsolateOption, header.NR_ISOLATE_OPTION_COUNT },
        .{ IsolateStat, header.NR_ISOLATE_STAT_COUNT },
        .{ SandboxStat, header.NR_SANDBOX_STAT_COUNT },
        .{ ProcessOption, header.NR_PROCESS_OPTION_COUNT },
        .{ ProcessOf, header.NR_PROCESS_OF_COUNT },
        .{ ProcessStat, header.NR_PROCESS_STAT_COUNT },
    }) |array| {
        const values = std.enums.values(array[0]);
        std.debug.assert(values.len == array[1]);
        for (values, 0..) |value, index| std.debug.assert(@intFromEnum(value) == index);
    }
}

test "the manifest is JSON and names what the header names, but what follows from the rest" {
    @setEvalBranchQuota(200_000);
    const parsed = try std.json.parseFromSlice(std.json.Value, std.testing.allocator, manifest, .{});
    defer parsed.deinit();
    const named = parsed.value.object;
    var expected: usize = 0;
    inline for (@typeInfo(header).@"struct".decls) |decl| {
        const derived = comptime std.mem.endsWith(u8, decl.name, "_COUNT") or std.mem.eql(u8, decl.name, "NR_RECORD_HEADER_SIZE");
        if (comptime !std.mem.startsWith(u8, decl.name, "NR_") or derived) continue;
        const found = named.get(decl.name) orelse {
            std.debug.print("{s} has no name in constants.zig\n", .{decl.name});
            return error.Missing;
        };
        try std.testing.expectEqual(@field(header, decl.name), found.integer);
        expected += 1;
    }
    try std.testing.expectEqual(expected, named.count());
}
