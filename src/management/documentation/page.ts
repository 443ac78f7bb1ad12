const configuration = {
  url: '/docs/openapi.json',
  withDefaultFonts: false,
  telemetry: false,
  showDeveloperTools: 'never',
  hideClientButton: true,
  hideTestRequestButton: true,
  agent: { disabled: true },
  mcp: { disabled: true },
};

/** The page at `/docs`; the viewer reads its configuration from the attribute, so no script stands in the page. */
export const documentationPage = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Slipway API</title>
    <link rel="icon" href="data:,">
  </head>
  <body>
    <noscript>The document itself is at <a href="/docs/openapi.json">/docs/openapi.json</a>.</noscript>
    <script id="api-reference" data-configuration='${JSON.stringify(configuration)}'></script>
    <script src="/docs/viewer.js"></script>
  </body>
</html>
`;
