import { CheckedFile } from './checked-file.ts';
import type { Disk } from './disk.ts';
import { HeaderSlots, type SlotContent } from './header-slots.ts';
import { type Label, labelsBytes, seedOf, writeLabel } from './label.ts';
import { flushName } from './names.ts';

/**
 * Where the header of an open site is kept. Records of epochs are never dropped, so it grows: what does not fit its
 * slots any more goes into a file with larger ones, which takes the place of the old one. A device stays as it is.
 */
export class HeaderFile {
  private readonly disk: Disk;
  private file: CheckedFile;
  private label: Label;
  private slots: HeaderSlots;

  constructor(disk: Disk, file: CheckedFile, label: Label) {
    this.disk = disk;
    this.file = file;
    this.label = label;
    this.slots = slotsOf(file, label);
  }

  get path(): string {
    return this.file.path;
  }

  /** Resolves when it survives a loss of power. */
  async write(value: SlotContent): Promise<void> {
    if (!this.file.device && !this.slots.fits(value.content)) return this.grow(value);
    await this.slots.write(value);
    await this.file.flush();
  }

  close(): Promise<void> {
    return this.file.close();
  }

  /** Twice as large, so that it seldom comes to this. */
  private async grow(value: SlotContent): Promise<void> {
    const { disk, path } = this;
    const file = await CheckedFile.open(disk, `${path}.new`, 'create');
    let isOurs = false;
    try {
      await file.lock();
      isOurs = true;
      let { label } = this;
      do label = { ...label, slotBytes: 2 * label.slotBytes };
      while (!slotsOf(file, label).fits(value.content));
      await file.truncate(0);
      const slots = slotsOf(file, label);
      await slots.write(value);
      await writeLabel(file, label);
      await file.flush();
      await file.rename(disk, path);
      await flushName(disk, path);
      await this.file.close();
      this.file = file;
      this.label = label;
      this.slots = slots;
    } catch (error) {
      await file.close();
      // What is left of it would take the room that the next try needs.
      if (isOurs && file.path !== path) await disk.remove?.(file.path).catch(() => {});
      throw error;
    }
  }
}

export function slotsOf(file: CheckedFile, label: Label): HeaderSlots {
  return new HeaderSlots(file, labelsBytes, label.slotBytes, seedOf(label));
}
