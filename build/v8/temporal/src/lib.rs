//! The Rust half of V8's Temporal without Rust's std: memory and panics are the engine's.
#![no_std]

use core::alloc::{GlobalAlloc, Layout};
use core::ffi::c_void;
use core::panic::PanicInfo;
use core::ptr;

// Linking it is all there is to do: its `temporal_rs_*` are exported by themselves.
extern crate temporal_capi as _;

extern "C" {
    fn malloc(size: usize) -> *mut c_void;
    fn calloc(count: usize, size: usize) -> *mut c_void;
    fn realloc(block: *mut c_void, size: usize) -> *mut c_void;
    fn aligned_alloc(alignment: usize, size: usize) -> *mut c_void;
    fn free(block: *mut c_void);

    /// Ends the isolate.
    fn nr_temporal_panic() -> !;
}

/// The alignment malloc gives on every 64-bit target.
const MALLOC_ALIGNMENT: usize = 16;

/// The C allocator, because the engine's counts by isolate.
struct Malloc;

unsafe impl GlobalAlloc for Malloc {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if layout.align() <= MALLOC_ALIGNMENT {
            malloc(layout.size()).cast()
        } else {
            // C wants a multiple of the alignment.
            aligned_alloc(layout.align(), layout.pad_to_align().size()).cast()
        }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if layout.align() <= MALLOC_ALIGNMENT {
            return calloc(1, layout.size()).cast();
        }
        let block = self.alloc(layout);
        if !block.is_null() {
            ptr::write_bytes(block, 0, layout.size());
        }
        block
    }

    unsafe fn dealloc(&self, block: *mut u8, _: Layout) {
        free(block.cast());
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if layout.align() <= MALLOC_ALIGNMENT {
            return realloc(block.cast(), size).cast();
        }
        let moved = self.alloc(Layout::from_size_align_unchecked(size, layout.align()));
        if !moved.is_null() {
            ptr::copy_nonoverlapping(block, moved, layout.size().min(size));
            free(block.cast());
        }
        moved
    }
}

#[global_allocator]
static ALLOCATOR: Malloc = Malloc;

/// Also where memory that cannot be had ends. Nothing is formatted: the guest may have written what a message would say.
#[panic_handler]
fn panic(_: &PanicInfo) -> ! {
    unsafe { nr_temporal_panic() }
}
