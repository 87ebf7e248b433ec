;; Pages have 1 or 65536 bytes.
(module (memory 1 (pagesize 4096)))
