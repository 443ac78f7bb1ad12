import type { RepeatedFile } from '../../../http/index.ts';
import { wireActor } from '../actor.ts';
import { callBudget, storeArchive } from '../archive/index.ts';
import { checkCallbackUrl } from '../callback-url.ts';
import { enqueueCallback } from '../callbacks.ts';
import type { Context } from '../context.ts';
import { refusal } from '../errors.ts';
import { textField } from '../fields.ts';
import { imageBase } from '../image-url.ts';
import type { Handler } from '../operation.ts';
import { folderPath, pathBelow } from '../paths.ts';
import { optionRules } from '../recipe-change.ts';
import { storeImageAt, type Upload } from '../store-image.ts';
import { isArchive, readParams, readUploadCall, sentFiles } from '../upload-call.ts';
import { note, outcomeAnswer, outcomeCallback, type UploadOutcomes } from '../upload-outcome.ts';
import { checkUploadFolder, readUploadChoices } from '../upload-target.ts';
import { wireFor } from '../wire.ts';

/** Stores many files, one after the other and each on its own; archives are unpacked (contract nhn-image-manager 3.6). */
export const uploadImages: Handler = async (context, call) => {
  const { service, request } = call;
  const { storage } = context.parts;
  const form = await readUploadCall(context, request);
  try {
    const params = readParams(form);
    const folder = folderPath(textField(params, 'basepath'));
    const choices = readUploadChoices(params);
    await checkUploadFolder(context, service, folder);
    const files = sentFiles(form);
    const callbackUrl = textField(params, 'callbackUrl');
    if (callbackUrl !== undefined) checkCallbackUrl(callbackUrl, optionRules(context));
    const upload = {
      ...choices,
      service,
      actor: wireActor(call),
      imageBase: imageBase(context, request),
    };
    const outcomes: UploadOutcomes = { stored: [], failed: [] };
    const budget = callBudget();
    const onFault = (error: unknown) => request.log.error({ err: error }, 'a file was not stored');
    for (const file of files) {
      const { fileName, blob } = file;
      if (blob && fileName !== undefined && isArchive(fileName)) {
        const path = pathBelowOrSo(folder, fileName);
        await storeArchive(context, upload, { folder, path, blob, budget }, outcomes, onFault);
      } else await storeOne(context, upload, folder, file, outcomes, onFault);
      // Each is done with when its turn is over; a call may hold five hundred megabytes of them.
      await blob?.discard();
    }
    const wire = wireFor(context, service, request);
    if (callbackUrl !== undefined) {
      const told = outcomeCallback(wire, outcomes);
      await storage.write((unit) => enqueueCallback(context, unit, service, callbackUrl, told));
    }
    return outcomeAnswer(wire, outcomes);
  } finally {
    await form.discard();
  }
};

async function storeOne(
  context: Context,
  upload: Upload,
  folder: string,
  { fileName = '', size, blob }: RepeatedFile,
  outcomes: UploadOutcomes,
  onFault: (error: unknown) => void,
): Promise<void> {
  const shown = { path: pathBelowOrSo(folder, fileName), bytes: size };
  const store = async () => {
    if (fileName === '') throw refusal('MISSING_NAME');
    const path = pathBelow(folder, fileName);
    if (!blob) throw refusal('TOO_LARGE');
    return await storeImageAt(context, upload, path, blob);
  };
  await note(outcomes, shown, store, onFault);
}

/** What a failed file is called in the answer, whether it is a path or not. */
function pathBelowOrSo(folder: string, name: string): string {
  return `${folder === '/' ? '' : folder}/${name}`;
}
