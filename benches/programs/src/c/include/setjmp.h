// Stands in for the header that WASI has not; nothing that needs its contents is compiled.
