//! engine/v8/shim.h as Zig sees it. See there for what each function promises.
const std = @import("std");
const header = @import("header.zig").shim;
const mirror = @import("mirror.zig");

pub const Isolate = opaque {};
pub const Template = opaque {};

pub const ok: i32 = header.NRV8_OK;
pub const threw: i32 = header.NRV8_THREW;
pub const terminated: i32 = header.NRV8_TERMINATED;
pub const bad_payload: i32 = header.NRV8_BAD_PAYLOAD;

pub const fatal_oom: u32 = header.NRV8_FATAL_OOM;
pub const fatal_size: u32 = header.NRV8_FATAL_SIZE;
pub const fatal_other: u32 = header.NRV8_FATAL_OTHER;
pub const fatal_system: u32 = header.NRV8_FATAL_SYSTEM;

pub const inspect_any: u32 = header.NRV8_INSPECT_ANY;
pub const inspect_urgent: u32 = header.NRV8_INSPECT_URGENT;
pub const inspect_await: u32 = header.NRV8_INSPECT_AWAIT;
pub const inspect_none: u32 = header.NRV8_INSPECT_NONE;

pub const lacks_nothing: u32 = header.NRV8_LACKS_NOTHING;
pub const lacks_memory: u32 = header.NRV8_LACKS_MEMORY;
pub const lacks_addresses: u32 = header.NRV8_LACKS_ADDRESSES;
pub const lacks_mappings: u32 = header.NRV8_LACKS_MAPPINGS;

pub const Callbacks = extern struct {
    record: *const fn (?*anyopaque, u32, u32, u32, ?[*]u8, usize, i32) callconv(.c) i32,
    timer_arm: *const fn (?*anyopaque, f64) callconv(.c) void,
    interrupt: *const fn (?*anyopaque, u32) callconv(.c) i32,
    memory_exceeded: *const fn (?*anyopaque, usize) callconv(.c) void,
    memory_pressure: *const fn (?*anyopaque, usize) callconv(.c) void,
    collection_wanted: *const fn (?*anyopaque) callconv(.c) void,
    fatal: *const fn (?*anyopaque, ?*Isolate, u32, ?[*:0]const u8) callconv(.c) void,
    task_posted: *const fn (?*anyopaque, f64) callconv(.c) void,
    inspector_next: *const fn (?*anyopaque, u32, *u32, *usize) callconv(.c) ?[*]const u8,
    end_thread: *const fn () callconv(.c) noreturn,
};

pub const Options = extern struct {
    memory_bytes_max: usize,
    message_bytes_max: usize,
    stack_bytes: usize,
    requests_max: u32,
    timers_max: u32,
    flags: u32,
    random_seed: f64,
    clock_start_ms: f64,
    shared: ?*const Template,
};

pub const HeapSample = extern struct {
    heap_used_bytes: f64 = 0,
    heap_total_bytes: f64 = 0,
    external_bytes: f64 = 0,
    malloc_bytes: f64 = 0,
    memory_peak_bytes: f64 = 0,
};

pub extern fn nrv8_init(
    snapshot: [*]const u8,
    snapshot_length: usize,
    prelude: [*]const u8,
    prelude_length: usize,
    callbacks: *const Callbacks,
) i32;
pub extern fn nrv8_forbid_jit() void;
pub extern fn nrv8_version() [*:0]const u8;
pub extern fn nrv8_thread_init() void;
pub extern fn nrv8_thread_exit() void;
pub extern fn nrv8_thread_trim() void;

pub extern fn nrv8_charge_nobody() ?*anyopaque;
pub extern fn nrv8_charge_again(who: ?*anyopaque) void;

pub extern fn nrv8_template_new(bytes: [*]const u8, length: usize) ?*Template;
pub extern fn nrv8_template_release(shared: *Template) void;

pub extern fn nrv8_isolate_new(owner: *anyopaque, options: *const Options) ?*Isolate;
pub extern fn nrv8_lacking() u32;
pub extern fn nrv8_isolate_dispose(isolate: *Isolate) void;
pub extern fn nrv8_isolate_forsake(isolate: *Isolate, busy: *i32) usize;
pub extern fn nrv8_isolate_reclaim(isolate: *Isolate, busy: *i32) usize;
pub extern fn nrv8_enter(isolate: *Isolate) void;
pub extern fn nrv8_exit(isolate: *Isolate, discard: i32) void;

pub extern fn nrv8_run_script(isolate: *Isolate, request_id: u32, encoding: u32, bytes: [*]const u8, length: usize) i32;
pub extern fn nrv8_deliver_message(
    isolate: *Isolate,
    encoding: u32,
    bytes: [*]const u8,
    length: usize,
    listeners: *u32,
) i32;
pub extern fn nrv8_deliver_request(
    isolate: *Isolate,
    request_id: u32,
    encoding: u32,
    bytes: [*]const u8,
    length: usize,
) i32;
pub extern fn nrv8_deliver_response(
    isolate: *Isolate,
    request_id: u32,
    is_ok: i32,
    encoding: u32,
    bytes: [*]const u8,
    length: usize,
) i32;
pub extern fn nrv8_run_timer(isolate: *Isolate, now_ms: f64, next_ms: *f64) i32;
pub extern fn nrv8_run_task(isolate: *Isolate, next_delay_ms: *f64) i32;
pub extern fn nrv8_set_console(isolate: *Isolate, on: i32) i32;
pub extern fn nrv8_inspect(isolate: *Isolate) i32;
pub extern fn nrv8_set_locale(isolate: *Isolate, bytes: [*]const u8, length: usize) i32;

pub extern fn nrv8_terminate(isolate: *Isolate) void;
pub extern fn nrv8_condemn(isolate: *Isolate) usize;
pub extern fn nrv8_request_interrupt(isolate: *Isolate, epoch: u32) void;
pub extern fn nrv8_clear_termination(isolate: *Isolate) void;
pub extern fn nrv8_current_evaluation(isolate: *Isolate) u32;
pub extern fn nrv8_background_cpu_ms(isolate: *Isolate) f64;
pub extern fn nrv8_sample_heap(isolate: *Isolate, sample: *HeapSample) void;
pub extern fn nrv8_bare_isolate_ms() f64;

comptime {
    @setEvalBranchQuota(20_000);
    mirror.layout(Callbacks, header.nrv8_callbacks);
    mirror.layout(Options, header.nrv8_isolate_options);
    mirror.layout(HeapSample, header.nrv8_heap_sample);
    for (@typeInfo(@This()).@"struct".decls) |decl| {
        if (!std.mem.startsWith(u8, decl.name, "nrv8_")) continue;
        mirror.function(decl.name, @TypeOf(@field(@This(), decl.name)), @TypeOf(@field(header, decl.name)));
    }
}
