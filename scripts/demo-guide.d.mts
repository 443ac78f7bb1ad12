/** The lines of shell that `npm start` prints for nullplatform's API, to be pasted after `npm run demo`. */
export function nullplatformCommands(base: string, routerAddress: string): readonly string[];
