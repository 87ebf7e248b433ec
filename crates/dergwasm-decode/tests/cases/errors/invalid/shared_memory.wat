;; A shared memory needs a maximum.
(module (memory 1 shared))
