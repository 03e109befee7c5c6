"""How fast generated code is: against NumPy written by hand, and against automatic differentiation."""
