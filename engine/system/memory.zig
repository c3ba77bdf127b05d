//! Memory that the process has and does not use.
extern "c" fn malloc_trim(pad: usize) c_int;

/// Gives back what malloc keeps of freed blocks.
pub fn trim() void {
    _ = malloc_trim(0);
}
