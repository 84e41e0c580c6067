"""Mocks: what tests put in the place of stream-chat's clients and channels, and how that moves with the code.

A mock accepts any call, so that a test whose mock stays as it was passes without testing anything, or fails where it asserts.
`functions` knows the calls that make mocks and put them somewhere. `flow` follows mocks through variables, fixtures and
helpers as `cells`; `evidence` says what shows that one stands for something of stream-chat's, `places` what a patch replaces,
and `roles` what its attributes and results stand for then. `calls` knows what the code's calls have become: `targets`,
`members`, `assertions` (with `recorded`) and `answers` move what tests say of them, and `moves` has it all done. What is not
proven is told and left.
"""
