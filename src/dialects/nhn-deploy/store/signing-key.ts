/** One row: where in the secret vault the key lies that signs addresses of install pages. */
export interface SigningKeyTables {
  nhn_signing_key: {
    id: number;
    secret_id: number;
  };
}
