;; A module with a custom section.
(module
  (func (export "nothing"))
  (@custom "note" "made for a page"))
