"""The bank's pages: the shop's checkout, a holder's card, and the same with staff's acts."""
