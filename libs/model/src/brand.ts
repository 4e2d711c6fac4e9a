declare const brand: unique symbol;

/** A nominal type over `T`: values are minted only by the constructors of the module that owns the name. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };
