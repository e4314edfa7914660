"""How dates are written where Django's own long forms are too long for a column."""
