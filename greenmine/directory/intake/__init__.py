"""Sealed envelopes from the public (公众来件): objections, corrections, follows; rooms above collect and answer them."""
