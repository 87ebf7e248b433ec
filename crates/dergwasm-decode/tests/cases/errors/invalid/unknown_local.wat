(module (func local.get 1 drop))
