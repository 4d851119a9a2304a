/** What is used of Pyodide, whose own types want a browser. */
export interface Pyodide {
  readonly globals: { get(name: string): unknown };
  readonly FS: MemoryFiles;
  readonly _module: { readonly HEAPU8: Uint8Array };
  setStdin(options: { stdin(): null }): void;
  setStdout(options: { write(bytes: Uint8Array): number }): void;
  setStderr(options: { write(bytes: Uint8Array): number }): void;
  setInterruptBuffer(buffer: { 0: number }): void;
  runPython(text: string): unknown;
}

/** Emscripten's file system in memory. */
export interface MemoryFiles {
  readonly filesystems: {
    readonly MEMFS: {
      expandFileStorage: (node: FileNode, size: number) => void;
      resizeFileStorage: (node: FileNode, size: number) => void;
    };
  };
  readonly ErrnoError: new (errno: number) => Error;
  readonly streams: readonly (object | null | undefined)[];
  close(stream: object): void;
  readdir(path: string): readonly string[];
  lookupPath(path: string, options: { follow: boolean }): { readonly node: FileNode };
  isDir(mode: number): boolean;
  isFile(mode: number): boolean;
  unlink(path: string): void;
  rmdir(path: string): void;
  chdir(path: string): void;
}

/** A file, a folder or a link. */
export interface FileNode {
  readonly mode: number;
  readonly usedBytes: number;
  readonly contents: Uint8Array;
}
