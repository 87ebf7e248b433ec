(module
  (@custom "first" (before first) "\00\01\02")
  (type (func))
  (@custom "" "after all")
  (@custom "first" (after type) "again"))
