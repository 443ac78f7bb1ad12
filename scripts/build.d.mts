/** The packages in a bundle, and those that it asks for from outside. */
export interface BundlePackages {
  readonly bundled: readonly string[];
  readonly external: readonly string[];
}

/** Builds the bundles into a folder; `write: false` only tells what would be in them. */
export function buildBundles(options: { readonly write: boolean; readonly outdir?: string }): Promise<{
  readonly server: BundlePackages;
  readonly agent: BundlePackages;
  readonly router: BundlePackages;
  readonly np: BundlePackages;
}>;
