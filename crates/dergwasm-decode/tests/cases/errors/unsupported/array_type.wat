(module (type (array i8)))
