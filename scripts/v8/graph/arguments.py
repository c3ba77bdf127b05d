"""What we ask of GN, and how it sees the crate."""

TEMPORAL = True

ARGUMENTS = {
    'is_debug': False,
    # Never official: that takes the texts out of V8's fatal errors, by which the engine tells a bad size from a bug.
    'is_official_build': False,
    'v8_monolithic': True,
    'v8_monolithic_for_shared_library': True,
    'v8_use_external_startup_data': False,
    'clang_base_path': '//clang',
    'clang_version': '21',
    'clang_use_chrome_plugins': False,
    'use_custom_libcxx': False,
    'use_sysroot': False,
    'use_clang_modules': False,
    'use_glib': False,
    'use_lld': False,
    'use_thin_lto': False,
    'treat_warnings_as_errors': False,
    'symbol_level': 0,
    'v8_symbol_level': 0,
    'enable_rust': False,
    'enable_rust_cxx': False,
    'v8_enable_temporal_support': TEMPORAL,
    'v8_use_zlib': False,
    'v8_enable_snapshot_compression': False,
    'v8_typed_array_max_size_in_heap': 64,
    'v8_array_buffer_internal_field_count': 0,
    'v8_array_buffer_view_internal_field_count': 0,
    'v8_promise_internal_field_count': 0,
    'v8_embedder_string': '',
    'icu_use_data_file': True,
    'icu_copy_icudata_to_root_build_dir': False,
    'v8_depend_on_icu_data_file': False,
    'v8_enable_partition_alloc': False,
    'v8_enable_verification_features': False,
    'v8_enable_maglev_graph_printer': False,
    'v8_wasm_random_fuzzers': False,
    'v8_enable_sandbox': False,
    'v8_enable_pointer_compression': False,
    'v8_enable_external_code_space': False,
    # simdutf's wants `evex512`, which the compiler no longer has.
    'allow_avx512': False,
    # cppgc's pages come one by one from the platform's page allocator: a cage would belong to the first isolate.
    'cppgc_enable_caged_heap': False,
    'cppgc_enable_young_generation': False,
    'cppgc_enable_pointer_compression': False,
    'cppgc_enable_larger_cage': False,
}

# The crate's GN files ask for Rust targets and for Chromium's libc++; the graph is read from a copy with these instead.
EDITS = {
    # Hardening does not need the crate's own libc++.
    'build/config/c++/c++.gni': (
        'use_safe_libcxx = use_custom_libcxx && enable_safe_libcxx', 'use_safe_libcxx = enable_safe_libcxx'),
    # Headers only: the code is a static library of cargo's.
    'third_party/rust/temporal_capi/BUILD.gn': (
        '  public_deps = [ "//third_party/rust/temporal_capi/v0_2:lib" ]\n', ''),
}
EDITS_MORE = {
    'third_party/rust/temporal_capi/BUILD.gn': (
        '//third_party/rust/chromium_crates_io/vendor/temporal_capi-v0_2/bindings/cpp',
        '//third_party/rust/temporal_capi/cpp'),
}


def text():
    def value(v):
        return {True: 'true', False: 'false'}[v] if isinstance(v, bool) else f'"{v}"' if isinstance(v, str) else str(v)
    return '\n'.join(f'{name}={value(v)}' for name, v in ARGUMENTS.items())
