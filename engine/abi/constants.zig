//! The C ABI's constants, as the header has them; tests/abi compares the two through nr_abi_manifest.
pub const abi_version: u32 = 1;

pub const Status = enum(i32) {
    ok = 0,
    stale = -1,
    argument = -2,
    nomem = -3,
    full = -4,
    too_large = -5,
    out_of_space = -6,
    limit = -7,
    init = -8,
    shutdown = -9,
};

pub const Post = enum(u32) {
    execute = 1,
    evaluate = 2,
    message = 3,
    request = 4,
    response = 5,
    response_error = 6,
    console = 7,
};

pub const Encoding = enum(u32) {
    wire = 0,
    json_latin1 = 1,
    json_utf16 = 2,
    json_utf8 = 3,
    source_latin1 = 4,
    source_utf16 = 5,
    source_utf8 = 6,
};

pub const Event = enum(u16) {
    created = 1,
    message = 2,
    request = 3,
    reply = 4,
    reply_error = 5,
    @"error" = 6,
    rejection = 7,
    console = 8,
    terminated = 9,
    destroyed = 10,
    memory_pressure = 11,
    writable = 12,
    request_aborted = 13,
    degraded = 14,
    _,
};

pub const SandboxOption = enum(u32) { threads, outbound_bytes_max, isolates_max, spin_us };

pub const IsolateOption = enum(u32) {
    cpu_ms,
    cpu_total_ms,
    wall_ms,
    memory_mb,
    mailbox_bytes_max,
    outbound_bytes_max,
    message_bytes_max,
    requests_max,
    timers_max,
    stack_kb,
    flags,
    cpu_share,
};

pub const IsolateFlag = enum(u32) { console = 1, clock_frozen = 2, no_wasm = 4, no_codegen = 8, contain_fatal = 16 };

pub const IsolateStat = enum(u32) {
    cpu_ms,
    turns,
    heap_used_bytes,
    heap_total_bytes,
    external_bytes,
    malloc_bytes,
    mailbox_bytes,
    outbound_bytes,
    messages_in,
    messages_out,
    dropped_in,
    preemptions,
    pauses,
    background_cpu_ms,
};

pub const SandboxStat = enum(u32) {
    isolates,
    threads,
    running,
    queued,
    outbound_bytes,
    cpu_ms,
    turns,
    contained,
    abandoned,
    leaked_bytes,
    doorbells,
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
        .{ SandboxStat, "NR_SANDBOX_STAT_", "" },
    }) |group| {
        for (@typeInfo(group[0]).@"enum".fields) |field| {
            const prefix = if (field.value < 0) group[2] else group[1];
            text = text ++ entry(",", prefix ++ upper(field.name), field.value);
        }
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

const std = @import("std");

test "the manifest is JSON and names what the header names" {
    const parsed = try std.json.parseFromSlice(std.json.Value, std.testing.allocator, manifest, .{});
    defer parsed.deinit();
    try std.testing.expectEqual(-1, parsed.value.object.get("NR_E_STALE").?.integer);
    try std.testing.expectEqual(0, parsed.value.object.get("NR_OK").?.integer);
    try std.testing.expectEqual(3, parsed.value.object.get("NR_SANDBOX_SPIN_US").?.integer);
}
