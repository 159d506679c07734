import type { Messages } from '../en';

export const waiting: Messages['waiting'] = {
  title: '等待中的设备',
  hint: '设备对自己的描述只是它的一面之词。接纳之前，请把密钥与其代理显示的密钥对照。',
  show: '显示哪些',
  shows: { waiting: '等待中', rejected: '已拒绝', approved: '已接纳', expired: '已过期', all: '全部' },
  states: { waiting: '等待中', approved: '已接纳', rejected: '已拒绝', expired: '已过期' },
  emptyTitle: '没有设备在等待',
  emptyText: '凭需要批准的令牌或出厂证书前来的设备会列在这里，直到有人接纳。',
  columns: { device: '设备', state: '状态', key: '密钥', from: '来自', asked: '请求时间' },
  takesPlace: (device) => `取代正在等待此硬件的 ${device}`,
  approve: '接纳',
  approveOf: (device) => `接纳 ${device}`,
  approveTitle: '接纳此设备？',
  approveText: '它下次请求时会得到证书。其代理显示的密钥：',
  reject: '拒绝',
  rejectOf: (device) => `拒绝 ${device}`,
  rejectTitle: '拒绝此设备？',
  rejectText: '在有人接纳之前，此密钥会被拒绝。其代理显示的密钥：',
  name: '设备名称',
  reason: '原因',
  reasonHint: '会告知设备，并写入其日志。',
};
