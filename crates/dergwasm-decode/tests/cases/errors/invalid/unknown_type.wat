(module (import "env" "f" (func (type 3))))
