"""A package gives out its client under another name, and a function that makes channels."""
import orders

attempt("placed", lambda: orders.order_placed({"id": 5, "buyer": "jane"}))
attempt("buyer", lambda: orders.buyer("jane"))
