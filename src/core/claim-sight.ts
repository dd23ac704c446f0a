/** A claim on a host, looked at and not taken; `result` is what its owner wrote into it, absent while that is nothing. */
export type ClaimSight = { readonly taken: false } | { readonly taken: true; readonly result?: string };
