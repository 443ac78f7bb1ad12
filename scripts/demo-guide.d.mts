/** The lines of shell that `npm start` prints for Image Manager's API, to be pasted in the folder of the checkout. */
export function imageCommands(base: string): readonly string[];

/** The lines of shell that `npm start` prints for nullplatform's API, to be pasted after `npm run demo`. */
export function nullplatformCommands(base: string, routerAddress: string): readonly string[];

/** What `npm start` prints when the server is ready. */
export function guide(base: string, routerAddress: string): string;
