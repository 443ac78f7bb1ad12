import type { SpooledBlob } from '../storage/index.ts';

/** One file part that came in completely. */
export interface MultipartFile {
  /** The last path segment of the part's file name; undefined when it gave none that is usable. */
  readonly fileName: string | undefined;
  readonly contentType: string | undefined;
  /** Call `keep` and then `retain` it; what is not kept goes with `MultipartForm.discard`. */
  readonly blob: SpooledBlob;
}

/** One of the many files of a name. */
export interface RepeatedFile extends Pick<MultipartFile, 'fileName' | 'contentType'> {
  /** Bytes that came. */
  readonly size: number;
  /** Undefined when the file was larger than its limit; the others count all the same. */
  readonly blob: SpooledBlob | undefined;
}

/** A multipart body that came in completely: files spooled, texts decoded. Of parts with one name the first counts. */
export interface MultipartForm {
  readonly fields: ReadonlyMap<string, string>;
  readonly files: ReadonlyMap<string, MultipartFile>;
  /** The files of the one name that may come many times, in their order. */
  readonly repeated: readonly RepeatedFile[];
  /** Discards every file that was not kept. Call it in a `finally`. */
  discard(): Promise<void>;
}

/** What a reader of a multipart body takes. Everything else in the body is read past and dropped. */
export interface MultipartOptions {
  /** The file parts that are wanted, by name, with the most bytes of each. Such a part is a file even without a file name. */
  readonly files: Readonly<Record<string, number>>;
  /** The text parts that are wanted, by name, also where one is sent like a file; absent: all without a file name. */
  readonly fields?: readonly string[];
  /**
   * The name of file parts that may come many times. One that is larger than its limit (bytes, by its file name) is
   * read past; more files than `most` are `too-large`, with the name as the error's path.
   */
  readonly repeated?: {
    readonly name: string;
    readonly most: number;
    limit(fileName: string | undefined): number;
  };
  /** Most bytes of all wanted files together. */
  readonly totalFileBytes: number;
  /** The sender has not proved who it is: its files count against what strangers may spool together. */
  readonly anonymous?: boolean;
  /** Most bytes of one text part; default 1 MiB. */
  readonly fieldBytes?: number;
  /** Most parts of any kind; default 100. */
  readonly parts?: number;
}
