import './images-page.css';
import { bytes } from '../bytes.ts';
import { type ImageService, imageServices, imageUsage } from '../image-api.ts';
import { usePolled } from '../live.ts';
import { PageTitle, ProblemNotice } from '../parts/index.ts';
import { libraryAddress, recipesAddress } from './query.ts';

/** All services that one may look at, with what they hold. */
export function ImagesPage() {
  const list = usePolled('image-services', 5000, imageServices);
  return (
    <div class="page">
      <PageTitle>Images</PageTitle>
      {list.problem !== undefined && <ProblemNotice problem={list.problem} retry={list.refresh} />}
      <section aria-label="Image services" aria-busy={list.data === undefined}>
        {list.data === undefined ? (
          list.problem === undefined && <div class="panel empty soft">Loading …</div>
        ) : list.data.length === 0 ? (
          <NoServices />
        ) : (
          <ul class="services">
            {list.data.map((service) => (
              <li key={service.id}>
                <ServiceCard service={service} />
              </li>
            ))}
          </ul>
        )}
      </section>
    </div>
  );
}

function ServiceCard({ service }: { service: ImageService }) {
  const usage = usePolled(`usage ${service.id}`, 10_000, (signal) => imageUsage(String(service.id), signal));
  const { data } = usage;
  return (
    <article class="panel service-card">
      <h2>
        <a href={libraryAddress(service.id)}>{service.name}</a>
      </h2>
      <p class="service-states">
        {service.enabled ? (
          <span class="chip">{service.realtimeService ? 'Operations by URL' : 'No operations by URL'}</span>
        ) : (
          <span class="chip service-off">Switched off</span>
        )}
        <span class="chip fixed">{service.container}</span>
      </p>
      <dl class="facts">
        <Fact name="Pictures" value={data?.files.toLocaleString('en')} />
        <Fact name="Folders" value={data?.folders.toLocaleString('en')} />
        <Fact name="Stored" value={data && bytes(data.bytesStored)} />
        <Fact name="Served" value={data && bytes(data.bytesServed)} />
        <Fact name="Operations run" value={data?.recipesRun.toLocaleString('en')} />
      </dl>
      <p class="service-ways">
        <a class="button" href={libraryAddress(service.id)}>
          Library<span class="unseen"> of {service.name}</span>
        </a>
        <a class="button" href={recipesAddress(service.id)}>
          Operations<span class="unseen"> of {service.name}</span>
        </a>
      </p>
    </article>
  );
}

function Fact({ name, value }: { name: string; value: string | undefined }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value ?? '–'}</dd>
    </div>
  );
}

function NoServices() {
  return (
    <div class="panel empty">
      <h2>No image services</h2>
      <p class="soft">
        A service is a library of pictures with keys and a public address. Declare one below{' '}
        <code>imageManager</code> and apply the file with <code>slipway apply</code>, or ask for a grant on
        one that is there.
      </p>
    </div>
  );
}
