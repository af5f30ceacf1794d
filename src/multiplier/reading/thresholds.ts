/** A reading is taken for granted where it is at least this similar to the exact product, … */
export const MIN_CORRELATION = 0.75;
/** … or this, of 2-bit operands: sixteen numbers resemble a product by chance, … */
export const MIN_CORRELATION_OF_2_BITS = 0.9;
/** … and ahead of the next one by this much. Exact tables are ahead by 0.3 (2 bits) to 0.5 (8 bits). */
export const MIN_LEAD = 0.1;
