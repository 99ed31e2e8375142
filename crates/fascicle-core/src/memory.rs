//! The memory that tensors come and go in.

/// Tells the allocator to keep what is freed for the next tensor, where that can be told (glibc).
///
/// Every operation of a network allocates tens of megabytes and frees as many. glibc gives such blocks back to the system,
/// which clears each page anew when it hands it out again: a seventh of the time of a forward pass. A program calls this
/// once, at its start; it then holds on to at most a gigabyte of freed memory. Libraries leave the choice to it.
pub fn keep_freed_memory() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        // the most that glibc allows: larger blocks are always the system's
        const FROM_SYSTEM: i32 = 32 << 20;
        const KEPT: i32 = 1 << 30;
        // SAFETY: mallopt sets parameters of the allocator and touches no memory of ours
        unsafe {
            libc::mallopt(libc::M_MMAP_THRESHOLD, FROM_SYSTEM);
            libc::mallopt(libc::M_TRIM_THRESHOLD, KEPT);
        }
    }
}
