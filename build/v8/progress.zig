//! A line now and then: how far the build is, and the time left by the speed of what was really compiled.
const std = @import("std");
const Step = std.Build.Step;

pub const Progress = struct {
    io: std.Io,
    /// Where each unit's time goes, for the weights in graph.json.
    times: ?std.Io.File,
    started: std.Io.Timestamp,
    said: std.Io.Timestamp,
    mutex: std.Io.Mutex = .init,
    total: usize = 0,
    left: u64 = 0,
    done: usize = 0,
    compiled: u64 = 0,
    /// Cached units cost nothing: the clock starts with the first that does.
    working: bool = false,
    processors: f64,

    const quiet_seconds = 15;
    const first_seconds = 120;

    pub fn create(b: *std.Build, times_path: ?[]const u8) *Progress {
        const now = std.Io.Timestamp.now(b.graph.io, .awake);
        const times = if (times_path) |path|
            std.Io.Dir.cwd().createFile(b.graph.io, path, .{}) catch |err| std.process.fatal("{s}: {t}", .{ path, err })
        else
            null;
        const progress = b.allocator.create(Progress) catch @panic("OOM");
        progress.* = .{ .io = b.graph.io, .times = times, .started = now, .said = now, .processors = @floatFromInt(std.Thread.getCpuCount() catch 1) };
        return progress;
    }

    /// A step that counts `of` when it is done.
    pub fn count(progress: *Progress, of: *Step, name: []const u8, weight: u64) *Step {
        const b = of.owner;
        const counter = b.allocator.create(Counter) catch @panic("OOM");
        counter.* = .{
            .step = .init(.{ .id = .custom, .name = b.fmt("count {s}", .{name}), .owner = b, .makeFn = Counter.make }),
            .progress = progress,
            .of = of,
            .name = name,
            .weight = weight,
        };
        counter.step.dependOn(of);
        progress.total += 1;
        progress.left += weight;
        return &counter.step;
    }

    fn finished(progress: *Progress, counter: *Counter) void {
        const now = std.Io.Timestamp.now(progress.io, .awake);
        progress.mutex.lockUncancelable(progress.io);
        defer progress.mutex.unlock(progress.io);
        progress.done += 1;
        progress.left -= counter.weight;
        if (!counter.of.result_cached) {
            const took = counter.of.result_duration_ns orelse 0;
            if (!progress.working) {
                progress.working = true;
                progress.started = now.subDuration(.{ .nanoseconds = took });
            }
            progress.compiled += counter.weight;
            progress.note(counter.name, took / std.time.ns_per_ms);
        }
        if (progress.said.durationTo(now).toSeconds() < quiet_seconds and progress.done < progress.total) return;
        progress.said = now;
        progress.say(now);
    }

    fn say(progress: *Progress, now: std.Io.Timestamp) void {
        if (progress.compiled == 0) {
            std.debug.print("[{d}/{d}]\n", .{ progress.done, progress.total });
            return;
        }
        const elapsed = @as(f64, @floatFromInt(progress.started.durationTo(now).toNanoseconds())) / std.time.ns_per_s;
        const left = @as(f64, @floatFromInt(progress.left)) / std.time.ms_per_s;
        const compiled = @as(f64, @floatFromInt(progress.compiled)) / std.time.ms_per_s;
        // The first minutes say little: they count as if they had been as fast as when the weights were measured.
        const speed = (compiled + first_seconds * progress.processors) / (elapsed + first_seconds);
        const seconds: u64 = @intFromFloat(left / speed);
        if (seconds < 90) {
            std.debug.print("[{d}/{d}] {d} s left\n", .{ progress.done, progress.total, seconds });
        } else {
            std.debug.print("[{d}/{d}] {d} min left\n", .{ progress.done, progress.total, (seconds + 30) / 60 });
        }
    }

    fn note(progress: *Progress, name: []const u8, milliseconds: u64) void {
        const file = progress.times orelse return;
        var buffer: [256]u8 = undefined;
        const line = std.fmt.bufPrint(&buffer, "{s} {d}\n", .{ name, milliseconds }) catch return;
        file.writeStreamingAll(progress.io, line) catch {};
    }
};

const Counter = struct {
    step: Step,
    progress: *Progress,
    of: *Step,
    name: []const u8,
    weight: u64,

    fn make(step: *Step, options: Step.MakeOptions) anyerror!void {
        _ = options;
        const counter: *Counter = @fieldParentPtr("step", step);
        counter.progress.finished(counter);
        step.result_cached = counter.of.result_cached;
    }
};
