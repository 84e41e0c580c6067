"""What is not a method call: construction, attributes, annotations, type tests, exceptions. No rule touches Python."""
