/** The id of the debt that a pause of the PgBouncers of a cluster is. */
export const pauseDebtOf = (cluster: string): string => `pause of the PgBouncers of ${cluster}`;
