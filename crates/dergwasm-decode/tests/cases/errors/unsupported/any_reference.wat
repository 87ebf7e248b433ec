(module (table 1 anyref))
