/** The one positional word of the commands on an image service. */
export const serviceParameter = {
  kind: 'tuple',
  parameters: [{ brief: 'The id of the image service', placeholder: 'service', parse: String }],
} as const;

/** Where the native API has the service. */
export function servicePath(service: string): string {
  return `/nhn-image-manager/services/${encodeURIComponent(service)}`;
}
