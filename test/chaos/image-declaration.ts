/** Keys, paths and operations of the image service that is shaken. */
export const imageWorld = {
  appKey: 'chaosImageKey001',
  secretKey: 'chaosImageSecret0000000000000001',
  container: 'aaachaos',
  sharedPaths: ['/shared/p1.png', '/shared/p2.png', '/shared/p3.png'],
  small: 'small',
  tiles: 'tiles',
} as const;

/** A service with an operation that makes one picture of each, and one that makes several. */
export const imageDeclaration = {
  imageManager: {
    services: [
      {
        name: 'shaken',
        appKey: imageWorld.appKey,
        secretKey: imageWorld.secretKey,
        container: imageWorld.container,
        realtimeService: true,
        operations: [
          {
            operationId: imageWorld.small,
            data: [{ templateOperationId: 'resize_max_fit', option: { width: 40, height: 40 } }],
          },
          {
            operationId: imageWorld.tiles,
            data: [{ templateOperationId: 'slice', option: { sliceCropType: 'vertical', sliceSize: 40 } }],
          },
        ],
      },
    ],
  },
};
