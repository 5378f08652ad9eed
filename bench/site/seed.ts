import { writeFile } from 'node:fs/promises'

/** A show of so many Versions, each of a Shot, as a seed of the sandbox. */
export async function writeShow(path: string, count: number): Promise<void> {
  const shots = Math.ceil(count / 20)
  await writeFile(
    path,
    JSON.stringify({
      entities: [
        { type: 'Project', id: 1, name: 'Lighthouse' },
        ...Array.from({ length: shots }, (_, at) => ({
          type: 'Shot',
          id: at + 1,
          code: `LH_${String(at + 1).padStart(4, '0')}`,
          project: { type: 'Project', id: 1 },
        })),
        ...Array.from({ length: count }, (_, at) => ({
          type: 'Version',
          id: at + 1,
          code: `LH_${String((at % shots) + 1).padStart(4, '0')}_comp_v${String(at + 1).padStart(5, '0')}`,
          description: `Fog, wet deck; take ${at + 1}`,
          sg_status_list: 'rev',
          frame_range: '1001-1100',
          project: { type: 'Project', id: 1 },
          entity: { type: 'Shot', id: (at % shots) + 1 },
        })),
      ],
    }),
  )
}
